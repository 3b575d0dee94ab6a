// Makes the calls of operations.json, one after the other, with the AWS SDK for JavaScript.
// Usage: node drive.mjs ENDPOINT OPERATIONS_FILE; the packages are found beside this file.
import { readFileSync } from "node:fs";

const [endpoint, file] = process.argv.slice(2);
const clients = {};

async function client(service) {
  const sdk = await import(`@aws-sdk/client-${service}`);
  const kind = Object.keys(sdk).find((name) => name.toLowerCase() === `${service}client`);
  clients[service] ??= new sdk[kind]({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "testing", secretAccessKey: "testing" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return [sdk, clients[service]];
}

for (const [service, operation, parameters] of JSON.parse(readFileSync(file, "utf8"))) {
  const [sdk, connected] = await client(service);
  try {
    await connected.send(new sdk[`${operation}Command`](parameters));
    console.log(JSON.stringify([operation, null]));
  } catch (error) {
    console.log(JSON.stringify([operation, error.name]));
  }
}
