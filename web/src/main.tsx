import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { speakPreferred } from './i18n/i18n'
import { Speaking } from './i18n/speaking'
import './styles.css'

const root = document.getElementById('root')
if (root) {
  await speakPreferred()
  createRoot(root).render(
    <StrictMode>
      <Speaking>{() => <App />}</Speaking>
    </StrictMode>,
  )
}
