export default async function teardown() {
  await globalThis.backingServices?.stop();
}
