// Asks Lazuli for something by message, as an application. The answer is an event: request.accepted or request.refused.
//
//   LAZULI_SERVICE_BUS=<connection string> LAZULI_TOKEN_URL=… LAZULI_CLIENT_ID=… LAZULI_CLIENT_SECRET=… \
//     node request.js putEnvironment '{"project":"payments","environment":"dev","body":{"type":"dev","template":"empty"}}' [id]
//
// The id is the operation's too: keep it, and send the same again when in doubt.
import { ServiceBusClient } from "@azure/service-bus";
import { randomUUID } from "node:crypto";

const { LAZULI_SERVICE_BUS, LAZULI_TOKEN_URL, LAZULI_CLIENT_ID, LAZULI_CLIENT_SECRET } = process.env;
const [command, data, id = randomUUID()] = process.argv.slice(2);

const answer = await fetch(LAZULI_TOKEN_URL, {
  method: "POST",
  body: new URLSearchParams({ grant_type: "client_credentials", client_id: LAZULI_CLIENT_ID, client_secret: LAZULI_CLIENT_SECRET, scope: "lazuli/.default" }),
});
if (!answer.ok) throw new Error(`no token: ${answer.status}`);
const { access_token: token } = await answer.json();

const client = new ServiceBusClient(LAZULI_SERVICE_BUS);
const request = { specversion: "1.0", id, source: `/programs/${LAZULI_CLIENT_ID}`, type: `io.lazuli.request.${command}.v1`, data: JSON.parse(data) };
await client.createSender("requests").sendMessages({
  messageId: id,
  contentType: "application/cloudevents+json",
  body: request,
  applicationProperties: { authorization: `Bearer ${token}` },
});
await client.close();
console.log(id);
