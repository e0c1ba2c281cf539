export { scratchFolder, startTestPostgres, type TestPostgres } from './postgres.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
