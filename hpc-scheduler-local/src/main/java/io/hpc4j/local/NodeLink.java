package io.hpc4j.local;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The connection to one node. Orders may come from any thread; all else is for the thread of {@link NodeLinks}. */
final class NodeLink {

    private static final int CHUNK_BYTES = 64 << 10;

    private final String node;
    private final SocketChannel channel;
    private final NodeReport report;
    private final CompletableFuture<NodeHello> hello = new CompletableFuture<>();
    private final Frames orders = new Frames();
    private boolean queued;
    private ByteBuffer sending = ByteBuffer.allocate(0);
    private ByteBuffer received = ByteBuffer.allocate(CHUNK_BYTES);

    NodeLink(String node, SocketChannel channel, NodeListener listener) {
        this.node = node;
        this.channel = channel;
        this.report = new NodeReport(node, listener, hello::complete);
    }

    String node() {
        return node;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Done once the node has said who it is, or has not. */
    CompletableFuture<NodeHello> hello() {
        return hello;
    }

    boolean isGreeted() {
        return report.isGreeted();
    }

    /** Adds an order; returns whether the link was idle and must be put down for {@link #write}. */
    synchronized boolean order(Consumer<Frames> order) {
        order.accept(orders);
        boolean first = !queued;
        queued = true;
        return first;
    }

    private synchronized ByteBuffer takeOrders() {
        queued = false;
        return orders.isEmpty() ? sending : orders.take();
    }

    /** Writes what was ordered, as far as the node takes it; the rest when {@code key} says that it may be written. */
    void write(SelectionKey key) throws IOException {
        while (true) {
            while (sending.hasRemaining()) {
                // In pieces, since the JDK keeps a direct buffer as large as the largest piece.
                ByteBuffer piece = sending.slice(sending.position(), Math.min(CHUNK_BYTES, sending.remaining()));
                int written = channel.write(piece);
                sending.position(sending.position() + written);
                if (piece.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
            }
            sending = takeOrders();
            if (!sending.hasRemaining()) {
                if (key.interestOps() != SelectionKey.OP_READ) {
                    key.interestOps(SelectionKey.OP_READ);
                }
                return;
            }
        }
    }

    /** Reads what there is, tells the listener of it, and returns whether that was anything. */
    boolean read() throws IOException {
        int count = channel.read(received);
        if (count < 0) {
            throw new EOFException("the node closed the connection");
        }
        received.flip();
        var frames = Frames.read(received);
        received.compact();
        if (!received.hasRemaining()) {
            ByteBuffer larger = ByteBuffer.wrap(Arrays.copyOf(received.array(), received.capacity() * 2));
            larger.position(received.position());
            received = larger;
        }
        report.accept(frames);
        return !frames.isEmpty();
    }
}
