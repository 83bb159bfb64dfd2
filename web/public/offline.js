// The page that the service worker shows without a network: in the language that was chosen, else
// the first that the browser asks for and the page has.
const sections = [...document.querySelectorAll('section')]
let chosen = null
try {
  chosen = localStorage.getItem('caucus.locale')
} catch {
  // storage that is blocked has no choice in it
}
const wanted = [chosen, ...navigator.languages].map(tag => tag?.split('-')[0])
const section = wanted.map(tag => sections.find(({ lang }) => lang === tag)).find(Boolean) ?? sections[0]
for (const other of sections) other.hidden = other !== section
document.documentElement.lang = section.lang
const again = () => location.reload()
addEventListener('online', again)
for (const button of document.querySelectorAll('button')) button.addEventListener('click', again)
