import { describe, expect, it } from 'vitest'
import { createRedactor, shownSetting } from './redact.ts'

const redact = createRedactor(['known-secret-value', 'x'])

describe('what goes into a bundle', () => {
  it.each([
    'the known-secret-value stands in a line',
    '{"password":"hunter2hunter2"}',
    '{"msg":"{\\"password\\":\\"hunter2hunter2\\"}"}',
    'sip_lines.1.password = hunter2hunter2',
    'account.1.password=hunter2hunter2',
    "password: 'hunter2hunter2'",
    'AMI_SECRET=hunter2hunter2',
    'x-auth-token: hunter2hunter2',
    'Authorization: Basic aHVudGVyMjpodW50ZXIy',
    '{"authorization":"Bearer hunter2hunter2"}',
    'postgres://admin:hunter2hunter2@db.example/strowger',
    'token strowger_hunter2Hunter2',
    'GET /key-hunter2hunter2hunter2/001565123456.cfg',
    'sealed:v1:0d9c1f5e:hunter2hunter2',
    '-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----',
    '$argon2id$v=19$m=19456$hunter2hunter2',
  ])('has no secret of: %s', (line) => {
    const clean = redact(line)
    expect(clean).not.toMatch(/[hH]unter2|known-secret|aHVudGVyMj/)
    expect(clean).toContain('(removed)')
  })

  it('keeps what is none', () => {
    const line =
      '{"level":"info","time":"2026-11-21T09:30:00.000Z","path":"/001565123456.cfg","status":200,"durationMs":1.5}'
    expect(redact(line)).toBe(line)
    expect(redact('x is shorter than a secret')).toBe('x is shorter than a secret')
    for (const setting of ['AMI_SECRET=(set)', 'AMI_SECRET_FILE=/run/secrets/ami'])
      expect(redact(setting)).toBe(setting)
    const metric = 'strowger_fail2ban_lines_total{service="fail2ban"} 4'
    expect(redact(metric)).toBe(metric)
  })

  it('says of a setting that holds a secret only that it is set', () => {
    expect(shownSetting('DATABASE_PASSWORD', 'hunter2')).toBe('(set)')
    expect(shownSetting('STROWGER_BOOTSTRAP_TOKEN', 'hunter2')).toBe('(set)')
    expect(shownSetting('DATABASE_PASSWORD_FILE', '/run/secrets/a')).toBe('/run/secrets/a')
    expect(shownSetting('PHONE_HTTP_PORT', '8667')).toBe('8667')
  })
})
