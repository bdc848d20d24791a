// discord-digital-twin as a process: one JSON line when it is ready, then one for each JSON line it reads.
import { DigitalDiscord } from 'discord-digital-twin'
import { createInterface } from 'node:readline'

const [, , gateway] = process.argv
const discord = new DigitalDiscord({
  guild: { name: 'Data team' },
  channels: [{ name: 'data', type: 0 }],
  users: [{ username: 'ada' }],
  botUser: { username: 'rowcall' },
  botToken: 'independent-token',
  // Each run has a database of its own; the default is shared by everything on the machine.
  dbUrl: 'file::memory:?cache=shared',
  gatewayUrlOverride: gateway,
})
await discord.start()
const [channel] = await discord.prisma.channel.findMany()
const user = await discord.getFirstNonBotUserId()
const tell = (value) => process.stdout.write(JSON.stringify(value) + '\n')
tell({
  rest: discord.restUrl,
  gateway: `ws://127.0.0.1:${discord.port}/gateway`,
  token: discord.botToken,
  bot: discord.botUserId,
  guild: discord.guildId,
  channel: channel.id,
  user,
})

const ada = discord.channel(channel.id).user(user)
const does = {
  say: ({ text }) => ada.sendMessage({ content: text }),
  slash: ({ name, options }) => ada.runSlashCommand({ name, options, guildId: discord.guildId }),
  press: ({ message, custom_id }) =>
    ada.clickButton({ messageId: message, customId: custom_id, guildId: discord.guildId }),
  messages: () => discord.channel(channel.id).getMessages(),
  interaction: ({ id }) => discord.getInteractionResponse(id),
}
for await (const line of createInterface({ input: process.stdin })) {
  const { do: what, ...rest } = JSON.parse(line)
  try {
    tell({ ok: (await does[what](rest)) ?? null })
  } catch (error) {
    tell({ error: String(error?.stack ?? error) })
  }
}
await discord.stop()
process.exit(0)
