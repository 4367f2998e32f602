package io.hpc4j.local;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one cluster to its nodes, on one thread. May be shared between threads.
 *
 * <p>Orders return at once. An order to a node that is not connected, or whose connection breaks meanwhile, is dropped:
 * what became of it is told when the node is connected to again, before {@link NodeListener#synced}.
 *
 * <p>Closing leaves the nodes and their units running.
 */
final class NodeLinks implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodeLinks.class);

    private final NodeListener listener;
    private final NodeLauncher launcher;
    private final Duration patience;
    private final Selector selector;
    private final Thread thread;
    private final Map<String, NodeLink> links = new ConcurrentHashMap<>();
    private final Queue<NodeLink> added = new ConcurrentLinkedQueue<>();
    private final Queue<NodeLink> ordered = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private boolean told; // whether the listener has been told of something since it was last told that this was all

    private NodeLinks(NodeLauncher launcher, NodeSettings settings, NodeListener listener, Selector selector) {
        this.launcher = launcher;
        this.patience = settings.patience();
        this.listener = listener;
        this.selector = selector;
        this.thread = new Thread(this::run, "hpc-local-nodes");
        thread.setDaemon(true);
    }

    /**
     * Prepares to connect to nodes; starts none.
     *
     * @param state the cluster's folder, in which each node gets one of its own
     * @throws IOException if this machine cannot run nodes; the message says what is missing
     */
    static NodeLinks open(Path state, NodeSettings settings, NodeListener listener) throws IOException {
        NodeLauncher launcher = new NodeLauncher(NodeProgram.in(state), state.resolve("nodes"), settings);
        NodeLinks links = new NodeLinks(launcher, settings, listener, Selector.open());
        links.thread.start();
        return links;
    }

    /**
     * Connects to a node that runs, or else starts it first. Returns once the node has said who it is; what it knows is
     * told to the listener meanwhile and afterwards. Does nothing if the node is connected.
     *
     * @throws IOException if the node cannot be started or does not answer
     */
    NodeHello connect(String node) throws IOException, InterruptedException {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a listener must not wait for a node");
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            NodeLink link = links.get(node);
            if (link == null) {
                link = add(node, launcher.channelTo(node, deadline));
            }
            try {
                return link.hello().get(Math.max(1, deadline - System.nanoTime()), NANOSECONDS);
            } catch (ExecutionException e) { // it may have been leaving just then
                if (System.nanoTime() >= deadline || closed) {
                    throw new IOException("node " + node + " broke the connection: " + e.getCause(), e);
                }
                Thread.sleep(20);
            } catch (TimeoutException e) {
                throw new IOException("node " + node + " does not answer for " + patience.toSeconds() + " s", e);
            }
        }
    }

    private NodeLink add(String node, SocketChannel channel) throws IOException {
        NodeLink link = new NodeLink(node, channel, listener);
        NodeLink other = links.putIfAbsent(node, link);
        if (other != null) {
            channel.close();
            return other;
        }
        added.add(link);
        order(link, orders -> orders.begin("HELLO").add(1).end());
        return link;
    }

    /** Starts a unit. Told again, a node starts it but once, and answers with what it knows of it. */
    boolean start(String node, UnitStart start) {
        return start(node, start, "", 0);
    }

    /**
     * Lets the node start a unit as soon as it has fewer than {@code most} live ones of its kind, which are those that
     * take the same room; those held for it start in the order in which they came. This saves the time it takes to hear
     * of an end and to answer. Until then the unit may be ordered again, stopped or {@linkplain #takeBack returned}; it is
     * forgotten, and never started, if the connection breaks.
     *
     * @param most 0 to start it at once
     */
    boolean start(String node, UnitStart start, String kind, int most) {
        return order(node, orders -> {
            orders.begin("START").add(start.unit()).add(kind).add(most).add(start.workingDirectory());
            orders.add(start.stdin().orElse(""));
            orders.add(start.stdout().orElse(""));
            orders.add(start.stderr().orElse(""));
            orders.add(start.append() ? 1 : 0).add(start.umask().orElse(-1));
            orders.add(start.walltime().map(NodeLinks::wholeMillis).orElse(0L));
            orders.add(start.grace().toMillis()).add(start.memoryLimitBytes());
            orders.add(start.environment().size());
            start.environment().forEach((name, value) -> orders.add(name + "=" + value));
            orders.add(start.command().size());
            start.command().forEach(orders::add);
            orders.end();
        });
    }

    /** Takes a held unit back, unless it has been started meanwhile; {@link NodeListener#returned} hears of it. */
    boolean takeBack(String node, String unit) {
        return order(node, orders -> orders.begin("RETURN").add(unit).end());
    }

    private static long wholeMillis(Duration walltime) {
        return Math.max(1, walltime.toMillis()); // 0 would be no limit
    }

    /**
     * Ends a unit: TERM to all its processes and, after {@code grace}, KILL. It is told as ended with this reason, which
     * is of letters, digits, dot, hyphen and underscore.
     */
    boolean stop(String node, String unit, Duration grace, String reason) {
        return order(
                node,
                orders -> orders.begin("STOP")
                        .add(unit)
                        .add(grace.toMillis())
                        .add(reason)
                        .end());
    }

    /** Sends a signal to all processes of a unit. Its walltime stands still between STOP (19) and CONT (18). */
    boolean signal(String node, String unit, int signal) {
        return order(
                node, orders -> orders.begin("SIGNAL").add(unit).add(signal).end());
    }

    /** Lets the node forget units that ended, failed or were lost: they need not be told again. */
    boolean ack(String node, Collection<String> units) {
        return order(node, orders -> list(orders, "ACK", units));
    }

    /** Asks what units use; {@link NodeListener#usage} hears it. */
    boolean requestUsage(String node, Collection<String> units) {
        return order(node, orders -> list(orders, "USAGE", units));
    }

    /** Lets the node end once its units have ended and are acknowledged; until then it starts no more. */
    boolean quit(String node) {
        return order(node, orders -> orders.begin("QUIT").end());
    }

    private static void list(Frames orders, String verb, Collection<String> units) {
        orders.begin(verb).add(units.size());
        units.forEach(orders::add);
        orders.end();
    }

    private boolean order(String node, Consumer<Frames> order) {
        NodeLink link = links.get(node);
        if (link == null) {
            return false;
        }
        order(link, order);
        return true;
    }

    private void order(NodeLink link, Consumer<Frames> order) {
        if (link.order(order)) {
            ordered.add(link);
            if (Thread.currentThread() != thread) {
                selector.wakeup();
            }
        }
    }

    private void run() {
        while (!closed) {
            try {
                selector.select();
                turn();
            } catch (IOException e) {
                log.error("the connections to the nodes of this cluster cannot be watched", e);
                break;
            }
        }
        flush(); // what was ordered before closing is not forgotten
        links.values().forEach(this::drop);
        links.clear();
    }

    private void turn() {
        for (NodeLink link = added.poll(); link != null; link = added.poll()) {
            NodeLink next = link;
            attempt(link, () -> next.channel().register(selector, SelectionKey.OP_READ, next));
            write(link); // it may have been put down for writing before it could be
        }
        Queue<SelectionKey> ready = new ArrayDeque<>(selector.selectedKeys());
        selector.selectedKeys().clear();
        ready.forEach(this::serve);
        if (told) {
            told = false;
            guarded(listener::settled);
        }
        flush();
        if (told) { // a connection was found broken when writing
            selector.wakeup();
        }
    }

    /** Sends at once what was ordered, if called by the thread that tells the listener; else that happens anyway. */
    void flush() {
        if (Thread.currentThread() == thread) {
            for (NodeLink link = ordered.poll(); link != null; link = ordered.poll()) {
                write(link);
            }
        }
    }

    private void serve(SelectionKey key) {
        NodeLink link = (NodeLink) key.attachment();
        if (key.isValid() && key.isWritable()) {
            write(link);
        }
        if (key.isValid() && key.isReadable()) {
            attempt(link, () -> told |= link.read());
        }
    }

    private void write(NodeLink link) {
        SelectionKey key = link.channel().keyFor(selector);
        if (key != null && key.isValid()) {
            attempt(link, () -> link.write(key));
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(NodeLink link, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            log.debug("{}: {}", link.node(), e.toString());
            lose(link, e);
        } catch (RuntimeException e) {
            log.error("{}: what it said could not be dealt with; it is disconnected", link.node(), e);
            lose(link, e);
        }
    }

    private void lose(NodeLink link, Exception cause) {
        drop(link);
        if (links.remove(link.node(), link)) {
            boolean wasGreeted = link.isGreeted();
            link.hello().completeExceptionally(cause);
            if (wasGreeted) {
                told = true;
                guarded(() -> listener.disconnected(link.node()));
            }
        }
    }

    private void drop(NodeLink link) {
        try {
            link.channel().close();
        } catch (IOException e) {
            log.debug("{}: closing its connection: {}", link.node(), e.toString());
        }
        link.hello().completeExceptionally(new IOException("the connections to nodes were closed"));
    }

    private static void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            log.error("a listener to nodes failed", e);
        }
    }

    /** Nodes connected to. */
    List<String> connected() {
        return List.copyOf(links.keySet());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        if (Thread.currentThread() != thread) {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        selector.close();
    }
}
