// aimock as a process: one JSON line when it is ready, then one for each JSON line it reads.
import { LLMock } from '@copilotkit/aimock'
import { createInterface } from 'node:readline'

const model = new LLMock({ port: 0, host: '127.0.0.1' })
await model.start()
const tell = (value) => process.stdout.write(JSON.stringify(value) + '\n')
tell({ url: `${model.url}/v1` })

const does = {
  // To a prompt that contains `match`, before a tool has answered or after.
  says: ({ match, content, after_tool }) =>
    void model.on({ userMessage: match, hasToolResult: Boolean(after_tool) }, { content }),
  calls: ({ match, name, args }) =>
    void model.on(
      { userMessage: match, hasToolResult: false },
      { toolCalls: [{ name, arguments: JSON.stringify(args) }] },
    ),
  fails: ({ match, status, message }) =>
    void model.on({ userMessage: match }, { error: { message, type: 'server_error' }, status }),
  // One after the other, the last one from then on.
  turns: ({ match, turns }) => {
    let at = 0
    model.on({ userMessage: match }, () => turns[Math.min(at++, turns.length - 1)])
  },
  // The stream ends in the middle.
  cuts: ({ match, content }) =>
    void model.on({ userMessage: match }, { content }, { chunkSize: 20, truncateAfterChunks: 2 }),
  // Piece by piece, `millis` between them.
  drips: ({ match, content, millis }) =>
    void model.on({ userMessage: match }, { content }, { chunkSize: 20, latency: millis }),
  requests: () => model.getRequests().map(({ path, body, response }) => ({ path, body, status: response?.status })),
}
for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, ...rest } = JSON.parse(line)
  try {
    tell({ ok: (await does[what](rest)) ?? null })
  } catch (error) {
    tell({ error: String(error?.stack ?? error) })
  }
}
await model.stop()
process.exit(0)
