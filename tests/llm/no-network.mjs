// Loaded before dpb (node --import): ends the process at the first attempt to open a socket or to look a name up.
import dns from 'node:dns';
import net from 'node:net';

const refuse = () => {
  process.stderr.write('NETWORK\n');
  process.exit(99);
};
net.Socket.prototype.connect = refuse;
dns.lookup = refuse;
dns.promises.lookup = refuse;
dns.resolve = refuse;
globalThis.fetch = refuse;
