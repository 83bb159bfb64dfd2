/** What went wrong, as sentences; heard when it appears. */
export function ProblemNote({
  messages,
  className = '',
}: {
  messages: readonly string[]
  className?: string
}) {
  return (
    <div role="alert">
      {messages.length > 0 && (
        <div className={`appear rounded-xl bg-red-soft px-3.5 py-2.5 text-red ${className}`}>
          {messages.map(message => (
            <p key={message}>{message}</p>
          ))}
        </div>
      )}
    </div>
  )
}
