import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '@strowger/cli'

/**
 * `strowger login --openid` with a home of its own. `browser` is given the address that it shows, and answers where the
 * browser ends, which is then opened.
 */
export async function logInAtCommandLine(
  url: string,
  browser: (address: URL) => Promise<URL>,
): Promise<{ code: number; out: string; kept: { token: string } }> {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-login-'))
  let out = ''
  let page: Promise<Response> | undefined
  const write = (text: string) => {
    const shown = /http:\S+\/api\/v1\/sign-in\S+/.exec(text)?.[0]
    if (shown !== undefined) page = browser(new URL(shown)).then((end) => fetch(end))
  }
  try {
    const code = await runCommand(['login', url, '--openid'], {
      env: {},
      cloneRoot: folder,
      homeFolder: folder,
      hostName: 'desk',
      out: {
        write: (text) => {
          out += text
        },
        columns: undefined,
      },
      err: { write, columns: undefined },
      fetch,
      sleep: async () => {},
      readSecret: async () => '',
      lines: async function* () {},
    })
    if (!(await page)?.ok) throw new Error('the browser was not answered')
    return { code, out, kept: JSON.parse(readFileSync(join(folder, '.config', 'strowger', 'login.json'), 'utf8')) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
