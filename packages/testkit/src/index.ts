export { freePort } from '@strowger/local'
export { prepareAsterisk } from './asterisk/asterisk-root.ts'
export { type AnswerTimes, type OptionsProbe, startOptionsProbe } from './asterisk/options-probe.ts'
export { type SippResult, sipp } from './asterisk/sipp.ts'
export { type AsteriskOptions, type RunningAsterisk, startAsterisk } from './asterisk/start-asterisk.ts'
export { eventually } from './eventually.ts'
export { askRest, type Finished, type RestAnswer, runProgram, strowger } from './house/house-commands.ts'
export { type HouseRecords, openRecords, type StoredEvent } from './house/house-records.ts'
export {
  type House,
  type HouseOptions,
  type HousePorts,
  launchHouse,
  type Readiness,
  startHouse,
} from './house/start-house.ts'
export { italianNumbers } from './italian-numbers.ts'
export { jinjaContext, jinjaParts, randomTemplate } from './jinja-templates.ts'
export { type ManagerStandIn, type Notify, startManagerStandIn } from './manager-stand-in.ts'
export { natsServerPath, startNats, type TestNats } from './nats.ts'
export { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from './otlp-receiver.ts'
export { askHttp, askTftp, type HttpAnswered, type HttpAsk } from './phone/attempts.ts'
export { createPhone, type Phone, type PhoneCounts, PhoneGaveUp, type PhoneOptions } from './phone/phone.ts'
export { phoneFamilies } from './phone/phone-families.ts'
export { type BootStep, filledIn, lineOf, type PhoneFamily, type PhoneScript } from './phone/phone-script.ts'
export { type BootAnswer, bootPhone } from './phone/scripted-phone.ts'
export { scratchFolder, startTestPostgres, type TestPostgres } from './postgres.ts'
export { databaseEnvironment, type RunningService, runInTest } from './running-service.ts'
export { connectTestBus, type TestBus } from './test-bus.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
