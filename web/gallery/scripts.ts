// What strangers write, in the scripts and languages that the gallery is looked at in.
import type { Locale } from '../src/i18n/locale'

export interface Script {
  locale: Locale
  topic: string
  names: string[]
  options: string[]
  note: string
}

export type ScriptName = 'latin' | 'german' | 'spanish' | 'arabic'

const latin: Omit<Script, 'locale'> = {
  topic: `Where shall we eat tonight? https://example.org/${'restaurants'.repeat(5)}`,
  names: ['M'.repeat(25), 'Ann (admin)', 'Z̵̡͔͎̦̐̍͂a̶̢̛̭̣̓͝l̷̪̈́͝g̶̟̋o̸̧', '👩‍👩‍👧🏳️‍🌈', 'Ó'],
  options: [
    `https://example.org/${'a'.repeat(80)}`,
    'W'.repeat(100),
    '東京都渋谷区神宮前一丁目二番三号の焼き鳥屋'.repeat(4),
    '👩‍👩‍👧🏳️‍🌈'.repeat(40),
    'Z̵̡͔͎̦̐̍͂a̶̢̛̭̣̓͝l̷̪̈́͝g̶̟̋o̸̧ '.repeat(10).trim(),
    'Okonomiyaki',
    'Ramen > Tacos ~ <b>?',
  ],
  note: `Opposite the station. ${'Incomprehensibilities'.repeat(8)}`,
}

export const scripts: Record<ScriptName, Script> = {
  latin: { locale: 'en', ...latin },
  german: { locale: 'de', ...latin },
  spanish: { locale: 'es', ...latin },
  arabic: {
    locale: 'ar',
    topic: 'أين نتناول العشاء الليلة بعد انتهاء الاجتماع السنوي للجمعية العامة في وسط المدينة القديمة؟',
    names: ['عبدالرحمن المستكفي بالله', 'ليلى (المضيفة)', 'Ann', 'م', 'נועה'],
    options: [
      'مطعم الفلافل القديم في وسط المدينة القديمة بجانب المحطة',
      'ـ'.repeat(100),
      `https://example.org/${'a'.repeat(80)}`,
      'بيتزا',
      'כל האפשרויות פתוחות',
      'Ramen 123 رامن',
      'مَطْعَمُ ٱلسَّمَكِ ٱلطَّازَجِ',
    ],
    note: 'مقابل المحطة، في الطابق الثاني من المبنى القديم الذي أُعيد ترميمه في العام الماضي.',
  },
}
