// Who may import whom. Run by `make lint`; with --write it prints the table into CONTRIBUTING.md.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What each part may import of ours. Tests may import testkit besides. */
const allowed = {
  'packages/schema': [],
  'packages/tftp': [],
  'packages/dhcp': ['schema'],
  'packages/identify': ['schema'],
  'packages/rating': ['schema'],
  'packages/render': ['schema'],
  'packages/service': ['schema'],
  'packages/bus': ['schema', 'service'],
  'packages/database': ['schema', 'service'],
  'packages/asterisk': ['schema', 'service'],
  'packages/sip': ['schema', 'asterisk'],
  'packages/cli': ['schema', 'identify', 'render'],
  'packages/testkit': ['schema', 'service', 'bus', 'database', 'tftp', 'local'],
  'services/ingress': ['schema', 'service', 'bus', 'dhcp', 'tftp'],
  'services/identification': ['schema', 'service', 'bus', 'database', 'identify'],
  'services/rendering': ['schema', 'service', 'bus', 'database', 'render', 'asterisk'],
  'services/sip-config': ['schema', 'service', 'bus', 'database', 'asterisk', 'sip'],
  'services/fail2ban': ['schema', 'service', 'bus'],
  'services/rating': ['schema', 'service', 'bus', 'database', 'asterisk', 'rating'],
  'services/gateway': ['schema', 'service', 'bus', 'database', 'dhcp'],
  'deploy/local': ['schema', 'service', 'bus', 'database'],
  'deploy/manifests': ['schema', 'bus', 'local'],
  'test-e2e': ['schema', 'service', 'asterisk', 'sip', 'render', 'testkit', 'rating'],
  bench: ['schema', 'service', 'database', 'asterisk', 'identify', 'rating', 'render', 'sip', 'testkit', 'tftp'],
}

/** Third-party clients with one home each; `*` stands for any end of a name. */
const homes = {
  'packages/bus': ['@nats-io/*'],
  'packages/database': ['pg', 'pg-copy-streams', 'kysely'],
  'packages/service': ['pino', 'prom-client', '@opentelemetry/*'],
  'packages/render': ['nunjucks'],
  'packages/cli': ['commander'],
  'packages/tftp': ['node:dgram'],
  'services/gateway': ['fastify', '@fastify/*', '@node-rs/argon2', 'openid-client', 'oidc-provider'],
}

/**
 * What is measured from outside must be reached without the package that is measured. DHCP is datagrams, too; apart
 * from that it has nothing of TFTP.
 */
const awayFromHome = {
  bench: ['node:dgram'],
  'packages/dhcp': ['node:dgram'],
  'packages/testkit': ['node:dgram'],
  'test-e2e': ['node:dgram'],
}

/** Packages that are functions of their arguments: no files, sockets, processes or clocks in what they ship. */
const pure = ['packages/schema', 'packages/identify', 'packages/rating', 'packages/render', 'packages/sip']
const effects = /^node:(fs|net|http|https|dgram|child_process|worker_threads|timers|dns|tls|os|process)(\/|$)/

/** Only these may read the environment, the wall clock or chance. */
const rim = ['packages/service', 'packages/testkit', 'packages/cli', 'deploy/local', 'test-e2e', 'bench', 'scripts']
const ambient = /\bprocess\.env\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/

const maxLines = 400
/** Files that may be longer, with the reason. */
const longFiles = {}

const forbiddenNames = /^(utils?|helpers?|common|manager|types)\.ts$/

const problems = []

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

function importsOf(text) {
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)[^'"\n]*?(?:from\s*)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|\n\} from '([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3])
}

/** Also of what lies inside a package, as `kysely/migration`. */
function homeOf(imported) {
  const isIt = (name) =>
    name.endsWith('*')
      ? imported.startsWith(name.slice(0, -1))
      : imported === name || (!name.startsWith('node:') && imported.startsWith(`${name}/`))
  return Object.keys(homes).find((part) => homes[part].some(isIt))
}

/** File -> the files beside it that it imports, for a type alone, too. */
const imports = new Map()

for (const [part, mayImport] of Object.entries(allowed)) {
  const folder = join(root, part, 'src')
  if (!existsSync(folder)) continue
  for (const file of sourcesIn(folder)) {
    const name = relative(root, file)
    const text = readFileSync(file, 'utf8')
    const isTest = file.endsWith('.test.ts') || file.endsWith('-for-tests.ts')
    const say = (problem) => problems.push(`${name}: ${problem}`)
    if (forbiddenNames.test(name.split('/').at(-1))) say('a name that says nothing; name what it is about')
    const lines = text.split('\n').length
    if (lines > maxLines && !isTest && !(name in longFiles))
      say(`${lines} lines; over ${maxLines} needs a reason in scripts/boundaries.mjs`)
    if (/export \* from/.test(text)) say('export * hides what is public; name it')
    if (
      !isTest &&
      !rim.some((place) => part === place) &&
      ambient.test(text.replace(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, ''))
    ) {
      say('reads the environment, the wall clock or chance; packages/service gives them')
    }
    imports.set(
      file,
      importsOf(text).flatMap((imported) => (imported.startsWith('.') ? [join(dirname(file), imported)] : [])),
    )
    for (const imported of importsOf(text)) {
      const ours = /^@strowger\/([a-z0-9-]+)(\/.*)?$/.exec(imported)
      if (ours) {
        if (ours[2]) say(`imports the inside of ${ours[1]}`)
        if (!mayImport.includes(ours[1]) && !(isTest && ours[1] === 'testkit'))
          say(`must not import @strowger/${ours[1]}`)
      }
      const home = homeOf(imported)
      if (home && home !== part && !isTest && !awayFromHome[part]?.includes(imported))
        say(`must not import ${imported}: its home is ${home}`)
      if (!isTest && pure.includes(part) && effects.test(imported)) say(`is pure and must not import ${imported}`)
    }
  }
}

/** Who imports each other cannot be read one after the other. */
const read = new Set()
function findCircles(file, above) {
  if (above.includes(file)) {
    const circle = [...above.slice(above.indexOf(file)), file].map((one) => relative(root, one))
    problems.push(`${circle[0]}: a circle of imports: ${circle.join(' -> ')}`)
  }
  if (read.has(file)) return
  read.add(file)
  for (const imported of imports.get(file) ?? []) findCircles(imported, [...above, file])
}
for (const file of imports.keys()) findCircles(file, [])

const table = [
  '| part | may import |',
  '| --- | --- |',
  ...Object.entries(allowed).map(
    ([part, names]) => `| \`${part}\` | ${names.map((name) => `\`${name}\``).join(' ') || 'nothing of ours'} |`,
  ),
  '',
  '| third party | its one home |',
  '| --- | --- |',
  ...Object.entries(homes).map(([part, names]) => `| ${names.map((name) => `\`${name}\``).join(' ')} | \`${part}\` |`),
].join('\n')

const page = join(root, 'CONTRIBUTING.md')
const [begin, end] = ['<!-- boundaries -->', '<!-- /boundaries -->']
const present = readFileSync(page, 'utf8')
const wanted = present.replace(new RegExp(`${begin}[\\s\\S]*${end}`), () => `${begin}\n${table}\n${end}`)
if (process.argv.includes('--write')) writeFileSync(page, wanted)
else if (wanted !== present) problems.push('CONTRIBUTING.md: the table of boundaries is out of date; run `make docs`')

for (const problem of problems) console.error(problem)
console.log(`boundaries: ${Object.keys(allowed).length} parts, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
