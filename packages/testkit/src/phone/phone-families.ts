import { aastra } from './families/aastra.ts'
import { ciscoSccp } from './families/cisco-sccp.ts'
import { ciscoSpa } from './families/cisco-spa.ts'
import { digium } from './families/digium.ts'
import { polycom } from './families/polycom.ts'
import { snom } from './families/snom.ts'
import { yealink } from './families/yealink.ts'
import type { PhoneFamily } from './phone-script.ts'

/** How the phones of every family start; of each kind that a family makes there is one at least. */
export const phoneFamilies: readonly PhoneFamily[] = [aastra, ciscoSccp, ciscoSpa, digium, polycom, snom, yealink]
