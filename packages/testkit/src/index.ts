export { eventually } from './eventually.ts'
export { scratchFolder, startTestPostgres, type TestPostgres } from './postgres.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
