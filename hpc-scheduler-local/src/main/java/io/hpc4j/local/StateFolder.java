package io.hpc4j.local;

import io.hpc4j.core.BackendUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The folder with the state of one cluster, locked against a second process, and against a second use in this one. */
final class StateFolder implements AutoCloseable {

    /**
     * Folders open in this process. A second channel on the lock file must not even be opened here: closing it would
     * give up the lock.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path root;
    private final FileChannel channel;

    private StateFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /**
     * Locks a folder that {@link #make} has made.
     *
     * @throws BackendUnavailableException if it is in use, or cannot be written
     */
    static StateFolder open(Path wanted) {
        Path root = make(wanted);
        if (!OPEN.add(root)) {
            throw new BackendUnavailableException(
                    "the local cluster in %s is being used by this process already".formatted(root));
        }
        try {
            return locked(root);
        } catch (RuntimeException | Error e) {
            OPEN.remove(root);
            throw e;
        }
    }

    /**
     * Makes a folder for the state of a cluster if there is none.
     *
     * @return its path without links
     * @throws BackendUnavailableException if it cannot be made or written
     */
    static Path make(Path wanted) {
        try {
            if (!Files.isDirectory(wanted)) {
                Files.createDirectories(
                        wanted, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path root = wanted.toRealPath();
            for (String name : new String[] {"out", "scripts", "nodes"}) {
                Files.createDirectories(root.resolve(name));
            }
            return root;
        } catch (IOException e) {
            throw unusable(wanted, e);
        }
    }

    private static StateFolder locked(Path root) {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unusable(root, e);
        }
        try {
            FileLock lock = lock(channel);
            if (lock == null) {
                throw new BackendUnavailableException(
                        "the local cluster in %s is in use by process %s; end that,".formatted(root, read(channel))
                                + " or use another folder, as in local:/other/folder");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new StateFolder(root, channel);
        } catch (IOException e) {
            throw closing(channel, unusable(root, e));
        } catch (RuntimeException e) {
            throw closing(channel, e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // by a copy of this class in another class loader
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    }

    private static RuntimeException closing(FileChannel channel, RuntimeException cause) {
        try {
            channel.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return cause;
    }

    private static BackendUnavailableException unusable(Path folder, IOException cause) {
        return new BackendUnavailableException(
                "the folder %s cannot hold the state of a local cluster (%s); name one that you can write, as in"
                                .formatted(folder, Failures.words(cause))
                        + " local:/other/folder, or set HPC_STATE",
                cause);
    }

    Path root() {
        return root;
    }

    Path journal() {
        return root.resolve("journal");
    }

    Path output(String job, String kind) {
        return root.resolve("out").resolve(job + "." + kind);
    }

    Path script(String job) {
        return root.resolve("scripts").resolve(job);
    }

    Path checkpoints(String job) {
        return root.resolve("checkpoints").resolve(job);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new BackendUnavailableException("the lock of %s cannot be given up".formatted(root), e);
        } finally {
            OPEN.remove(root);
        }
    }
}
