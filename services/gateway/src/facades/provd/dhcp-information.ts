import { evidenceFrom, reportFromBody } from '@strowger/dhcp'
import { Fault, learn, rootTenantId } from '@strowger/schema'
import type { FacadeRoute } from '../facade.ts'

export const dhcpRoutes: readonly FacadeRoute[] = [
  {
    method: 'POST',
    path: '/dev_mgr/dhcpinfo',
    permission: 'write',
    async answer({ body, caller, callAs }) {
      const teller = await caller('write')
      // What a DHCP server says moves devices of whatever tenant.
      if (teller.tenant !== rootTenantId) throw new Fault('forbidden')
      const report = reportFromBody(body)
      if (report.op === 'commit') await callAs(teller, learn, { evidence: evidenceFrom(report), origin: 'server' })
      return { status: 204 }
    },
  },
]
