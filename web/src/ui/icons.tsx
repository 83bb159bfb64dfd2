import type { ReactNode } from 'react'

interface Props {
  className?: string
}

/** Icons are decoration: what holds one has a name of its own. */
function Icon({ className = 'size-5', children }: Props & { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  )
}

export const Check = (props: Props) => (
  <Icon {...props}>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
)
export const Close = (props: Props) => (
  <Icon {...props}>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
)
export const Plus = (props: Props) => (
  <Icon {...props}>
    <path d="M12 5v14M5 12h14" />
  </Icon>
)
export const Minus = (props: Props) => (
  <Icon {...props}>
    <path d="M5 12h14" />
  </Icon>
)
export const Up = (props: Props) => (
  <Icon {...props}>
    <path d="m6 14 6-6 6 6" />
  </Icon>
)
export const Down = (props: Props) => (
  <Icon {...props}>
    <path d="m6 10 6 6 6-6" />
  </Icon>
)
export const Right = (props: Props) => (
  <Icon {...props}>
    <path d="M5 12h14m-6-6 6 6-6 6" />
  </Icon>
)
export const Undo = (props: Props) => (
  <Icon {...props}>
    <path d="M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3" />
  </Icon>
)
export const Copy = (props: Props) => (
  <Icon {...props}>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h3" />
  </Icon>
)
export const Share = (props: Props) => (
  <Icon {...props}>
    <path d="M12 15V4m-4 4 4-4 4 4M5 13v5a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-5" />
  </Icon>
)
export const Code = (props: Props) => (
  <Icon {...props}>
    <rect x="4" y="4" width="6" height="6" rx="1" />
    <rect x="14" y="4" width="6" height="6" rx="1" />
    <rect x="4" y="14" width="6" height="6" rx="1" />
    <path d="M14 14h2v2m4-2v6h-6v-2" />
  </Icon>
)
export const People = (props: Props) => (
  <Icon {...props}>
    <circle cx="9" cy="8" r="3.5" />
    <path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 14.5c1.8.8 2.7 2.6 3 5.5" />
  </Icon>
)
export const Grip = (props: Props) => (
  <Icon {...props}>
    <path strokeWidth="3" d="M9 6h.01M9 12h.01M9 18h.01M15 6h.01M15 12h.01M15 18h.01" />
  </Icon>
)
export const Download = (props: Props) => (
  <Icon {...props}>
    <path d="M12 4v11m-4-4 4 4 4-4M5 20h14" />
  </Icon>
)
export const Lock = (props: Props) => (
  <Icon {...props}>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </Icon>
)
export const Clock = (props: Props) => (
  <Icon {...props}>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5V12l3 2" />
  </Icon>
)
export const Warning = (props: Props) => (
  <Icon {...props}>
    <path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.01" />
  </Icon>
)
export const Star = (props: Props) => (
  <Icon {...props}>
    <path d="m12 4 2.4 5.1 5.6.7-4.1 3.9 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.8l5.6-.7z" />
  </Icon>
)
export const Search = (props: Props) => (
  <Icon {...props}>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.5 4.5" />
  </Icon>
)
export const Menu = (props: Props) => (
  <Icon {...props}>
    <path strokeWidth="3" d="M5 12h.01M12 12h.01M19 12h.01" />
  </Icon>
)
export const Pencil = (props: Props) => (
  <Icon {...props}>
    <path d="m4 20 1-4.5L16 4.5l3.5 3.5L8.5 19z" />
  </Icon>
)
export const Link = (props: Props) => (
  <Icon {...props}>
    <path d="M10 14a4 4 0 0 0 6 .4l3-3a4.2 4.2 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6-.4l-3 3a4.2 4.2 0 0 0 6 6l1.5-1.5" />
  </Icon>
)
export const Eye = (props: Props) => (
  <Icon {...props}>
    <path d="M2.5 12C4.5 7.7 8 5.5 12 5.5s7.5 2.2 9.5 6.5c-2 4.3-5.5 6.5-9.5 6.5S4.5 16.3 2.5 12z" />
    <circle cx="12" cy="12" r="3" />
  </Icon>
)
export const Phone = (props: Props) => (
  <Icon {...props}>
    <rect x="7" y="3" width="10" height="18" rx="2" />
    <path d="M11 17.5h2" />
  </Icon>
)
export const Settings = (props: Props) => (
  <Icon {...props}>
    <path d="M4 7h9m5 0h2M4 17h2m5 0h9" />
    <circle cx="15.5" cy="7" r="2.5" />
    <circle cx="8.5" cy="17" r="2.5" />
  </Icon>
)
export const Bell = (props: Props) => (
  <Icon {...props}>
    <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 21h4" />
  </Icon>
)
