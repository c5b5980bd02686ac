import { BlockList } from 'node:net';

/**
 * Addresses that are not for everybody on the internet. Sources: the IANA registries of special-purpose addresses; of IPv6
 * only 2000::/3 is given out at all. Addresses of IPv4 in IPv6 (::ffff:0:0/96) count as what they hold.
 */
export const notPublic = new BlockList();

const special4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 ' +
  '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4';
const special6 =
  '::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 80::/9 100::/8 200::/7 400::/6 800::/5 1000::/4 2001::/23 2001:db8::/32 2002::/16 ' +
  '3fff::/20 4000::/2 8000::/1';

for (const [list, family] of [
  [special4, 'ipv4'],
  [special6, 'ipv6'],
] as const) {
  for (const subnet of list.split(' ')) {
    const [address = '', bits] = subnet.split('/');
    notPublic.addSubnet(address, Number(bits), family);
  }
}
