import { asteriskCsv } from './asterisk-csv.ts'
import { asteriskCustom } from './asterisk-custom.ts'
import { asteriskEvent, asteriskTable } from './asterisk-rows.ts'
import { cucm } from './cucm.ts'
import type { CdrFileFormat, CdrRowFormat } from './format.ts'
import { freeswitchCsv } from './freeswitch-csv.ts'
import { freeswitchJson, freeswitchXml } from './freeswitch-documents.ts'
import { callObjects, callObjectsFile } from './json-records.ts'
import { kamailioAcc } from './kamailio-acc.ts'
import { plainCsv } from './plain-csv.ts'

/** Every form of call records that can be read: one file each in this folder. */
export const cdrFormats: readonly (CdrFileFormat | CdrRowFormat)[] = [
  asteriskCsv,
  asteriskCustom,
  asteriskTable,
  asteriskEvent,
  freeswitchCsv,
  freeswitchJson,
  freeswitchXml,
  kamailioAcc,
  cucm,
  plainCsv,
  callObjects,
  callObjectsFile,
]
