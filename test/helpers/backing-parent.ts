/** A process that owns a server, for tests that end it. Prints the server's pid and address once it runs. */
import { primaryAnswers } from '../../src/backing/mongodb.ts';
import { startProcesses } from '../../src/backing/processes.ts';

const { addresses, services } = await startProcesses(['mongodb'], {
  environment: process.env,
  onProgress: () => undefined,
});
if (process.argv.includes('--graceful')) {
  process.on('SIGINT', () => {
    void primaryAnswers(new URL(addresses.mongodb ?? '').host).then(() => {
      console.log('still served');
      process.exit(0);
    });
  });
}
console.log(JSON.stringify({ pid: services?.mongodb?.pid }));
