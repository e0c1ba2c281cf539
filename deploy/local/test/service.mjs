// A service as small as one can be: ready at once, says when it drains. FIXTURE_CRASH makes it end by itself.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const name = process.argv[1].split('/').at(-2)
const server = createServer((_request, response) => {
  response.end(JSON.stringify({ ready: true, checks: [] }))
}).listen(0, '127.0.0.1', () => {
  writeFileSync(process.env.HEALTH_PORT_FILE, String(server.address().port))
  console.log(
    JSON.stringify({
      level: 'info',
      time: new Date().toISOString(),
      service: name,
      message: 'started',
      user: process.env.DATABASE_USER,
      database: process.env.DATABASE_URL,
    }),
  )
})
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ level: 'info', time: new Date().toISOString(), service: name, message: 'drained' }))
  process.exit(0)
})
