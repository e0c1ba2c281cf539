import { type Catalogue, errors } from '@strowger/schema'
import { otherPaths } from './open-api-other-paths.ts'
import { type Operation, operationsOf } from './operation.ts'

/** A page without script or foreign assets: what there is, what it needs, what it answers. Pure. */
export function documentationPage(catalogue: Pick<Catalogue, 'requests'>): string {
  const byNoun = new Map<string, Operation[]>()
  for (const operation of operationsOf(catalogue.requests)) {
    const noun = operation.rest.path
      .split('/')
      .slice(3, operation.domain.endsWith('-changes') ? 5 : 4)
      .join('/')
    byNoun.set(noun, [...(byNoun.get(noun) ?? []), operation])
  }
  const sections = [...byNoun].map(([noun, operations]) => section(noun, operations)).join('\n')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Strowger: REST</title>
<style>${style}</style>
<h1>Strowger</h1>
<p>Send a token as <code>X-Auth-Token</code> or <code>Authorization: Bearer</code>; name and password open a session at
<code>POST /api/v1/sessions</code> and make a token at <code>POST /api/v1/tokens</code>. <code>Strowger-Tenant</code> (or
<code>Wazo-Tenant</code>) names a tenant below your own. What changes something takes an <code>Idempotency-Key</code>, and
<code>If-Match</code> with the <code>ETag</code> that was read. The same as <a href="/api/v1/openapi.json">OpenAPI</a>, to the last field.</p>
<pre>curl -H "X-Auth-Token: $STROWGER_TOKEN" http://127.0.0.1:8080/api/v1/devices</pre>
${sections}
<h2>events, sign-in</h2>
<table>${Object.entries(otherPaths)
    .map(([path, { get }]) => `<tr><td><b>GET</b><td><code>${escaped(path)}</code><td>${escaped(get.summary)}<td>`)
    .join('\n')}
</table>
<h2>Errors</h2>
<p><code>application/problem+json</code> with <code>code</code>, <code>detail</code> and the <code>fields</code> at fault.</p>
<table>${Object.entries(errors)
    .map(([code, { status, title }]) => `<tr id="${code}"><td>${status}<td><code>${code}</code><td>${escaped(title)}`)
    .join('\n')}
</table>
</html>
`
}

function section(noun: string, operations: readonly Operation[]): string {
  const rows = operations.map(({ rest, summary, example }) => {
    const input = example.input as Record<string, unknown>
    const body = rest.body === undefined ? '' : `<pre>${escaped(JSON.stringify(input[rest.body]))}</pre>`
    return `<tr><td><b>${rest.method}</b><td><code>${escaped(rest.path)}</code><td>${escaped(summary)}${body}<td>${rest.permission}`
  })
  return `<h2>${escaped(noun)}</h2>\n<table>${rows.join('\n')}\n</table>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const style = `
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin: 2rem 0 .3rem; font-size: 1.1rem }
table { border-collapse: collapse; width: 100% }
td { padding: .35rem .8rem .35rem 0; border-top: 1px solid #8884; vertical-align: top }
td:nth-child(3) { width: 55% }
pre { margin: .3rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; opacity: .75 }`
