// Prints the events of Lazuli as they happen, from the subscription "all" of the topic events.
//
//   LAZULI_SERVICE_BUS=<connection string> node subscriber.js
//
// Events come at least once, and here in no promised order: the sequence tells. What was seen is passed over.
import { ServiceBusClient } from "@azure/service-bus";

const client = new ServiceBusClient(process.env.LAZULI_SERVICE_BUS);
const receiver = client.createReceiver("events", "all");
const seen = new Set(); // a real program keeps ids together with what it makes of the events

const subscription = receiver.subscribe({
  async processMessage(message) {
    const event = { data: message.body };
    for (const [name, value] of Object.entries(message.applicationProperties ?? {})) {
      if (name.startsWith("cloudEvents_")) event[name.slice("cloudEvents_".length)] = value;
    }
    if (seen.has(event.id)) return;
    seen.add(event.id);
    console.log(JSON.stringify(event));
  }, // a message is completed when this has returned, and comes again when it threw
  async processError({ error }) {
    console.error("subscriber:", error.message);
  },
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await subscription.close();
    await client.close();
  });
}
