package io.hpc4j.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says who has the file of an H2 database open: a lock on a file beside it, which the system takes back when its holder
 * dies, and in that file a line about the holder.
 */
final class FileHolder implements AutoCloseable {

    /**
     * Files open in this process. A second channel on the lock's file must not even be opened here: closing it would
     * give up the lock.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private static final int LONGEST_LINE = 1000;

    private final Path lockFile;
    private final FileChannel channel;

    private FileHolder(Path lockFile, FileChannel channel) {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * Takes hold of a database's file, whose folder is made if there is none.
     *
     * @param database the path of the database, without its ending
     * @throws StoreUnavailableException if somebody else has it, or the folder cannot be written
     */
    static FileHolder of(Path database, Instant now) {
        Path lockFile;
        try {
            Path folder = folder(database);
            lockFile = folder.resolve(database.getFileName() + ".lock");
        } catch (IOException e) {
            throw unusable(database, e);
        }
        if (!OPEN.add(lockFile)) {
            throw new StoreUnavailableException(
                    "the database %s is open in this process already; use that one, or close it first"
                            .formatted(database));
        }
        try {
            return locked(database, lockFile, now);
        } catch (RuntimeException | Error e) {
            OPEN.remove(lockFile);
            throw e;
        }
    }

    private static Path folder(Path database) throws IOException {
        Path folder = Optional.ofNullable(database.toAbsolutePath().getParent()).orElse(Path.of("/"));
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder.toRealPath();
    }

    private static FileHolder locked(Path database, Path lockFile, Instant now) {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    lockFile,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw unusable(database, e);
        }
        try {
            if (lock(channel) == null) {
                throw held(database, read(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((line(now) + "\n").getBytes(StandardCharsets.UTF_8)));
            return new FileHolder(lockFile, channel);
        } catch (IOException e) {
            throw closing(channel, unusable(database, e));
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

    private static String line(Instant now) {
        return "process %d on %s since %s"
                .formatted(ProcessHandle.current().pid(), host(), now.truncatedTo(ChronoUnit.SECONDS));
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this host";
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_LINE);
        channel.read(bytes, 0);
        String line = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return line.isEmpty() ? "a process that has not said who it is" : line;
    }

    private static StoreUnavailableException held(Path database, String who) {
        return new StoreUnavailableException(
                "the database %s is held by %s; end that, give another file, or use PostgreSQL, which many can share"
                        .formatted(database, who));
    }

    private static StoreUnavailableException unusable(Path database, IOException cause) {
        return new StoreUnavailableException(
                "the database %s cannot be opened (%s: %s); name a file in a folder that you can write, as in"
                                .formatted(database, cause.getClass().getSimpleName(), cause.getMessage())
                        + " jdbc:h2:/other/folder/jobs",
                cause);
    }

    private static RuntimeException closing(FileChannel channel, RuntimeException cause) {
        try {
            channel.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return cause;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StoreUnavailableException("the lock %s cannot be given up".formatted(lockFile), e);
        } finally {
            OPEN.remove(lockFile);
        }
    }
}
