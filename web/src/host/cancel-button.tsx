import { t } from '@lingui/core/macro'
import { ConfirmButton } from '../poll/confirm'

/** Ends the poll for everybody, without a result. */
export default function CancelButton() {
  return (
    <ConfirmButton
      look="danger"
      label={t`Cancel poll`}
      title={t`Cancel the poll for everybody?`}
      confirm={t`Cancel poll`}
      event="cancel_poll"
      payload={{}}
    >
      {t`It ends at once, without a result. This cannot be undone.`}
    </ConfirmButton>
  )
}
