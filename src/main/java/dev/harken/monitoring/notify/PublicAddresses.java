package dev.harken.monitoring.notify;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Tells addresses of the public internet from those that only mean something inside a machine or a network. */
final class PublicAddresses {
    /** Of IANA's registry of special-purpose addresses, those that are not reachable globally; and multicast. */
    private static final List<Block> NOT_PUBLIC = List.of(
            Block.of("0.0.0.0", 8),
            Block.of("10.0.0.0", 8),
            Block.of("100.64.0.0", 10),
            Block.of("127.0.0.0", 8),
            Block.of("169.254.0.0", 16),
            Block.of("172.16.0.0", 12),
            Block.of("192.0.0.0", 24),
            Block.of("192.0.2.0", 24),
            Block.of("192.88.99.0", 24),
            Block.of("192.168.0.0", 16),
            Block.of("198.18.0.0", 15),
            Block.of("198.51.100.0", 24),
            Block.of("203.0.113.0", 24),
            Block.of("224.0.0.0", 4),
            Block.of("240.0.0.0", 4),
            // Teredo among others, whose servers may sit inside.
            Block.of("2001::", 23),
            Block.of("2001:db8::", 32),
            Block.of("3fff::", 20));

    /** All that is given out of IPv6: loopback, private, link-local and multicast addresses are outside. */
    private static final Block IPV6_INTERNET = Block.of("2000::", 3);

    private static final Block NAT64 = Block.of("64:ff9b::", 96);
    private static final int NAT64_AT = 12;
    private static final Block SIX_TO_FOUR = Block.of("2002::", 16);
    private static final int SIX_TO_FOUR_AT = 2;

    private PublicAddresses() {}

    /** Whether anybody could reach the address, also by what it leads to when it carries another. */
    static boolean contain(InetAddress address) {
        if (address instanceof Inet6Address) {
            if (NAT64.contains(address)) {
                return contain(carried(address, NAT64_AT));
            }
            if (SIX_TO_FOUR.contains(address)) {
                return contain(carried(address, SIX_TO_FOUR_AT));
            }
            if (!IPV6_INTERNET.contains(address)) {
                return false;
            }
        }
        return NOT_PUBLIC.stream().noneMatch(block -> block.contains(address));
    }

    private static InetAddress carried(InetAddress address, int from) {
        byte[] bytes = address.getAddress();
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** The addresses that begin with the same bits. */
    private static final class Block {
        private final byte[] start;
        private final int bits;

        private Block(byte[] start, int bits) {
            this.start = start;
            this.bits = bits;
        }

        static Block of(String start, int bits) {
            return new Block(InetAddresses.forString(start).getAddress(), bits);
        }

        boolean contains(InetAddress address) {
            byte[] other = address.getAddress();
            if (other.length != start.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if (((start[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
