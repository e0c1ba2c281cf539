import type { Phone } from '@strowger/testkit'
import { type RunningHouse, say, until } from './running-house.ts'

const name = 'T46S.tpl'
const text = `{% include "base.tpl" %}
phone_setting.backgrounds = Config:lobby.png
`

/** A template of our own for one model: previewed, written, fetched by the phone, and taken back. */
export async function changeTemplate({ rest, deviceOf }: RunningHouse, phone: Phone): Promise<void> {
  const { plugin } = await deviceOf(phone)
  const path = `/plugins/${plugin}/templates/${name}`
  const would = await rest<{ preview: { changed: number; examined: number } }>('PUT', `${path}?dry_run=true`, { text })
  say()
  say(`A template for this model: PUT /api/v1${path}`)
  const { changed, examined } = would.preview
  say(`  a dry run rendered ${examined} devices: the files of ${changed} would change`)
  await rest('PUT', path, { text })
  await until(async () => (await phone.fetchHttp()).includes('backgrounds = Config:lobby.png'))
  say('  its file has the background of the lobby now')
  await rest('DELETE', path)
  await until(async () => !(await phone.fetchHttp()).includes('lobby.png'))
  say('  and without the template it is as before')
}
