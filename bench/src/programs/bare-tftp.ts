import { createSocket, type RemoteInfo } from 'node:dgram'

/** The least that a TFTP server in node can do: 5,000 bytes in ten blocks, a socket for each transfer. Prints its port. */
const file = Buffer.alloc(5_000, 0x61)
const blockSize = 512
const lastBlock = Math.floor(file.length / blockSize) + 1
const lookup = (address: string, _options: unknown, callback: (error: null, address: string, family: number) => void) =>
  callback(null, address, 4)

function transfer(_request: Buffer, { address, port }: RemoteInfo): void {
  const socket = createSocket({ type: 'udp4', lookup })
  const sendBlock = (block: number) => {
    const data = file.subarray((block - 1) * blockSize, block * blockSize)
    socket.send(Buffer.concat([Buffer.from([0, 3, block >> 8, block & 255]), data]), port, address)
  }
  socket.on('message', (ack) => {
    const block = ack.readUInt16BE(2)
    if (block === lastBlock) socket.close()
    else sendBlock(block + 1)
  })
  socket.bind(0, '127.0.0.1', () => sendBlock(1))
}

const listening = createSocket({ type: 'udp4', lookup })
listening.on('message', transfer)
listening.bind(0, '127.0.0.1', () => process.stdout.write(`${listening.address().port}\n`))
