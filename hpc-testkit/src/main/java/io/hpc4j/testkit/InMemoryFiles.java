package io.hpc4j.testkit;

import io.hpc4j.core.TransportException;
import io.hpc4j.core.spi.RemoteFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Files without a disk. Paths are those of Unix; relative ones begin at the root. */
final class InMemoryFiles implements RemoteFiles {

    private static final int FOLDER_PERMISSIONS = 0755;

    private final Clock clock;
    private final Map<String, Node> nodes = new TreeMap<>();

    /** A file or, without content, a folder. */
    private static final class Node {
        private final byte @Nullable [] content;
        private final int permissions;
        private final Instant modifiedAt;

        private Node(byte @Nullable [] content, int permissions, Instant modifiedAt) {
            this.content = content;
            this.permissions = permissions;
            this.modifiedAt = modifiedAt;
        }
    }

    InMemoryFiles(Clock clock) {
        this.clock = clock;
        nodes.put("/", new Node(null, FOLDER_PERMISSIONS, clock.instant()));
    }

    private static String absolute(String path) {
        return Path.of("/").resolve(path).normalize().toString();
    }

    private static String parent(String absolute) {
        int slash = absolute.lastIndexOf('/');
        return slash == 0 ? "/" : absolute.substring(0, slash);
    }

    @Override
    public synchronized Optional<Entry> stat(String path) {
        return Optional.ofNullable(nodes.get(absolute(path))).map(node -> entry(path, node));
    }

    private static Entry entry(String name, Node node) {
        byte[] content = node.content;
        return new Entry(
                name, content == null, content == null ? 0 : content.length, node.modifiedAt, node.permissions);
    }

    @Override
    public synchronized List<Entry> list(String directory) {
        String folder = absolute(directory);
        requireFolder("list", folder);
        String prefix = directory.endsWith("/") ? directory : directory + "/";
        return nodes.entrySet().stream()
                .filter(e -> !e.getKey().equals("/") && parent(e.getKey()).equals(folder))
                .map(e -> entry(prefix + e.getKey().substring(e.getKey().lastIndexOf('/') + 1), e.getValue()))
                .toList();
    }

    @Override
    public void put(InputStream content, String path, int permissions) {
        byte[] bytes;
        try {
            bytes = content.readAllBytes();
        } catch (IOException e) {
            throw new TransportException("cannot write %s: %s".formatted(path, e.getMessage()), e);
        }
        synchronized (this) {
            String file = absolute(path);
            requireFolder("write", parent(file));
            Node there = nodes.get(file);
            if (there != null && there.content == null) {
                throw new TransportException("cannot write " + path + ": it is a folder");
            }
            nodes.put(file, new Node(bytes, permissions, clock.instant()));
        }
    }

    private void requireFolder(String verb, String absolute) {
        Node node = nodes.get(absolute);
        if (node == null || node.content != null) {
            throw new TransportException("cannot %s: there is no folder %s".formatted(verb, absolute));
        }
    }

    private synchronized byte[] content(String path) {
        Node node = nodes.get(absolute(path));
        byte[] content = node == null ? null : node.content;
        if (content == null) {
            throw new TransportException("cannot read: there is no file " + path);
        }
        return content;
    }

    @Override
    public void get(String path, OutputStream target) {
        try {
            target.write(content(path));
        } catch (IOException e) {
            throw new TransportException("cannot read %s: %s".formatted(path, e.getMessage()), e);
        }
    }

    @Override
    public byte[] read(String path, long offset, int length) {
        byte[] content = content(path);
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(
                    "offset and length must be 0 or more, were %d and %d".formatted(offset, length));
        }
        int begin = (int) Math.min(offset, content.length);
        return Arrays.copyOfRange(content, begin, (int) Math.min((long) begin + length, content.length));
    }

    @Override
    public byte[] tail(String path, int length) {
        return read(path, Math.max(0, content(path).length - (long) length), length);
    }

    @Override
    public synchronized void mkdirs(String directory) {
        String folder = absolute(directory);
        if (!folder.equals("/")) {
            mkdirs(parent(folder));
        }
        Node node = nodes.computeIfAbsent(folder, f -> new Node(null, FOLDER_PERMISSIONS, clock.instant()));
        if (node.content != null) {
            throw new TransportException("cannot make the folder " + folder + ": there is a file of that name");
        }
    }

    @Override
    public synchronized void remove(String path) {
        String removed = absolute(path);
        if (removed.equals("/")) {
            throw new TransportException("cannot remove the root folder");
        }
        nodes.keySet().removeIf(p -> p.equals(removed) || p.startsWith(removed + "/"));
    }
}
