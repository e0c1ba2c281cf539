/** What a secret is replaced by. */
const mask = '(removed)'

/** Words that say that what stands behind them is a secret. */
const secretWord =
  /password|passwd|secret|token|authorization|api[_-]?key|private[_-]?key|seal|cookie|credential|provisioning[_-]?key/i

/** Texts that are secrets whatever stands before them. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // Tokens of ours (names of metrics begin alike, and are of small letters), sealed values, provisioning keys in URLs.
  [/strowger_(?=[a-z0-9_]*[A-Z-])[A-Za-z0-9_-]{12,}/g, mask],
  [/sealed:v\d+:[A-Za-z0-9_:=+/-]+/g, mask],
  [/\bkey-[A-Za-z0-9_-]{16,}/g, `key-${mask}`],
  // PEM, user and password of a URL, headers of HTTP.
  [/-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g, mask],
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${mask}@`],
  [/\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{6,}/gi, `$1 ${mask}`],
  // What passwords are hashed to.
  [/\$argon2[a-z]*\$[^\s"']+/g, mask],
  [/SCRAM-SHA-256\$[^\s"']+/g, mask],
]

/** `sip_lines.1.password = secret`, `password=secret`, `"secret": "…"`, within a JSON text, too. */
const named = new RegExp(
  `((?:\\\\?["'])?[\\w.-]*(?:${secretWord.source})[\\w.-]*(?:\\\\?["'])?\\s*[:=]\\s*)(?:(\\\\?["'])[\\s\\S]*?\\2|[^\\s,;&}\\]"']+)`,
  'gi',
)

/** The path of a file with a secret is none, nor is what `shownSetting` says instead of one. */
const isNoSecret = /_FILE=|=\(set\)?$/

/** Removes secrets from texts: those that are known, and whatever looks like one. */
export function createRedactor(known: Iterable<string>): (text: string) => string {
  // The longest first: one may be a part of another.
  const values = [...new Set([...known].map((value) => value.trim()))]
    .filter((value) => value.length >= 6)
    .sort((one, other) => other.length - one.length)
  return (text) => {
    let clean = text
    for (const value of values) clean = clean.replaceAll(value, mask)
    for (const [pattern, replacement] of shapes) clean = clean.replaceAll(pattern, replacement)
    return clean.replaceAll(named, (all: string, head: string, quote = '') =>
      isNoSecret.test(all) ? all : `${head}${quote}${mask}${quote}`,
    )
  }
}

/** A setting as it may be shown: of one that holds a secret only that it is set. */
export function shownSetting(name: string, value: string): string {
  return secretWord.test(name) && !name.endsWith('_FILE') ? '(set)' : value
}
