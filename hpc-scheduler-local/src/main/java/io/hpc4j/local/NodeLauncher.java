package io.hpc4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds the process of a node, or starts it. */
final class NodeLauncher {

    private static final int LOCKED = 3;
    private static final int MAX_ADDRESS_BYTES = 100; // the system's limit is 107

    private final Path program;
    private final Path nodes;
    private final NodeSettings settings;

    NodeLauncher(Path program, Path nodes, NodeSettings settings) {
        this.program = program;
        this.nodes = nodes;
        this.settings = settings;
    }

    /** A connection to the node's process, which is started if there is none. Not blocking. */
    SocketChannel channelTo(String node, long deadlineNanos) throws IOException, InterruptedException {
        Path folder = folder(node);
        while (true) {
            Optional<SocketChannel> channel = dial(folder);
            if (channel.isPresent()) {
                return channel.get();
            }
            if (!launch(node, folder, deadlineNanos)) {
                if (System.nanoTime() >= deadlineNanos) {
                    throw new IOException("a process minds node " + node + " but takes no connections; its log is "
                            + folder.resolve("node.log"));
                }
                Thread.sleep(20);
            }
        }
    }

    private Path folder(String node) throws IOException {
        Files.createDirectories(nodes);
        Path folder = nodes.resolve(node);
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder.toRealPath();
    }

    private static Optional<SocketChannel> dial(Path folder) throws IOException {
        Optional<Path> socket = socket(folder);
        if (socket.isEmpty()) {
            return Optional.empty();
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket.get()));
            channel.configureBlocking(false);
            return Optional.of(channel);
        } catch (IOException e) { // left by a process that is gone
            channel.close();
            return Optional.empty();
        }
    }

    private static Optional<Path> socket(Path folder) throws IOException {
        Path socket = folder.resolve("socket");
        if (socket.toString().getBytes(UTF_8).length <= MAX_ADDRESS_BYTES) {
            return Files.exists(socket) ? Optional.of(socket) : Optional.empty();
        }
        try {
            Path there = Path.of(
                    "/proc", Files.readString(folder.resolve("pid"), UTF_8).strip(), "cwd");
            return Files.isSameFile(there, folder) ? Optional.of(there.resolve("socket")) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Returns false if another process minds the node. */
    private boolean launch(String node, Path folder, long deadlineNanos) throws IOException, InterruptedException {
        List<String> command = List.of(
                program.toString(),
                "--dir",
                folder.toString(),
                "--name",
                node,
                "--cgroup-root",
                settings.cgroupRoot().toString(),
                "--idle-exit",
                Long.toString(Math.max(1, settings.idleExit().toSeconds())));
        Process process = start(command);
        process.getOutputStream().close();
        long left = Math.max(deadlineNanos - System.nanoTime(), TimeUnit.SECONDS.toNanos(1));
        if (!process.waitFor(left, TimeUnit.NANOSECONDS)) {
            process.destroyForcibly();
            throw new IOException("node " + node + " does not start; its log is " + folder.resolve("node.log"));
        }
        String words = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.exitValue() != 0 && process.exitValue() != LOCKED) {
            throw new IOException("node " + node + " cannot start: "
                    + (words.isEmpty() ? "exit code " + process.exitValue() : words));
        }
        return process.exitValue() == 0;
    }

    /** A file just written cannot be run while another thread's new process still holds it open: try again then. */
    private static Process start(List<String> command) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return new ProcessBuilder(command).redirectErrorStream(true).start();
            } catch (IOException e) {
                if (attempt == 20 || !String.valueOf(e.getMessage()).contains("error=26")) {
                    throw e;
                }
                Thread.sleep(10);
            }
        }
    }
}
