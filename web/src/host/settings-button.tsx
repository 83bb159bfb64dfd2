import { t } from '@lingui/core/macro'
import { useState } from 'react'
import { Button } from '../ui/button'
import { Settings } from '../ui/icons'
import { SettingsDialog } from './settings-dialog'

/** The way to what a host may change while people gather. */
export default function SettingsButton() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="quiet" className="-my-3 -me-4" onClick={() => setOpen(true)}>
        <Settings />
        {t`Settings`}
      </Button>
      {open && <SettingsDialog onClose={() => setOpen(false)} />}
    </>
  )
}
