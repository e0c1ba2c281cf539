// Ends with 0 when the service of this container is ready; else prints why not and ends with 1.
const url = `http://127.0.0.1:${process.env.HEALTH_PORT ?? 9464}/health/ready`
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000) })
  const { ready, checks } = await response.json()
  if (!ready) {
    console.log(
      checks
        .filter(({ ok }) => !ok)
        .map(({ name, reason }) => `${name}: ${reason}`)
        .join('; '),
    )
    process.exitCode = 1
  }
} catch (error) {
  console.log(String(error.cause ?? error))
  process.exitCode = 1
}
