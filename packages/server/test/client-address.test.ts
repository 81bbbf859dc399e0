import { BlockList } from 'node:net';
import { expect, test } from 'vitest';
import { clientAddress } from '../src/http/client-address.ts';

const trusted = new BlockList();
trusted.addSubnet('10.0.0.0', 8);
trusted.addAddress('2001:db8::1', 'ipv6');

test.each<[string, string, string | undefined, string | null]>([
  ['no proxy', '203.0.113.7', undefined, '203.0.113.7'],
  ['a header that nobody trusted wrote', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
  ['one trusted hop', '10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['a forged left part', '10.0.0.1', '127.0.0.1, 203.0.113.7', '203.0.113.7'],
  ['two trusted hops', '10.0.0.1', '203.0.113.7, 10.2.3.4', '203.0.113.7'],
  ['trusted hops alone', '10.0.0.1', '10.9.9.9', '10.9.9.9'],
  ['a trusted connection without a header', '10.0.0.1', undefined, '10.0.0.1'],
  ['a mapped connection', '::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
  ['a mapped hop in hexadecimal', '10.0.0.1', '::ffff:cb00:7107', '203.0.113.7'],
  ['a hop with a port', '10.0.0.1', '203.0.113.7:5555', '203.0.113.7'],
  ['an IPv6 hop in brackets', '10.0.0.1', '[2001:DB8:0::7]', '2001:db8::7'],
  ['an IPv6 hop with a port', '2001:db8::1', '[2001:db8::7]:443', '2001:db8::7'],
  ['a hop that is no address', '10.0.0.1', 'unknown', null],
  ['an unreadable hop after a readable one', '10.0.0.1', '203.0.113.7, unknown', null],
  ['an empty hop', '10.0.0.1', '203.0.113.7,', null],
  ['an empty header', '10.0.0.1', '', null],
  ['octal, which others read otherwise', '10.0.0.1', '010.1.1.1', null],
  ['a zone', '10.0.0.1', 'fe80::1%eth0', null],
  ['a connection with a zone', 'fe80::1%eth0', undefined, null],
])('%s', (_, connection, forwardedFor, address) => {
  expect(clientAddress(connection, forwardedFor, trusted)).toBe(address);
});
