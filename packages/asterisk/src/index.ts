export { type AmiClient, type AmiOptions, createAmiClient } from './ami-client.ts'
export { type AmiMessage, amiValue } from './ami-message.ts'
export { type NotifyTarget, notifyPhone, type PhoneNotice } from './notify.ts'
