package io.hpc4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must not be forgotten, a record a line, each with its checksum in front. A record that was cut off by the end of
 * a process is as if it had never been written. It survives the end of this process, not that of the machine: nothing
 * is synced. For one thread at a time.
 */
final class Journal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final int CHECKSUM_LENGTH = 8;

    private final Path file;
    private FileChannel channel;
    private long size;

    private Journal(Path file, FileChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
    }

    /**
     * Opens or makes a journal.
     *
     * @param reader takes every record in it, in order
     */
    static Journal open(Path file, Consumer<String> reader) throws IOException {
        long good = Files.exists(file) ? read(file, reader) : 0;
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            if (channel.size() > good) {
                channel.truncate(good);
            }
            channel.position(good);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new Journal(file, channel, good);
    }

    /** Returns where the last whole line ends. */
    private static long read(Path file, Consumer<String> reader) throws IOException {
        long good = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(512);
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                    continue;
                }
                good += line.size() + 1L;
                String record = checked(line.toByteArray());
                if (record == null) {
                    log.error("{}: the record that ends at byte {} is damaged and left out", file, good);
                } else {
                    reader.accept(record);
                }
                line.reset();
            }
        }
        return good;
    }

    private static @Nullable String checked(byte[] line) {
        if (line.length <= CHECKSUM_LENGTH) {
            return null;
        }
        CRC32 crc = new CRC32();
        crc.update(line, CHECKSUM_LENGTH, line.length - CHECKSUM_LENGTH);
        String told = new String(line, 0, CHECKSUM_LENGTH, UTF_8);
        return told.equals(hex(crc.getValue()))
                ? new String(line, CHECKSUM_LENGTH, line.length - CHECKSUM_LENGTH, UTF_8)
                : null;
    }

    private static String hex(long checksum) {
        String digits = Long.toHexString(checksum);
        return "0".repeat(CHECKSUM_LENGTH - digits.length()) + digits;
    }

    long size() {
        return size;
    }

    /**
     * Adds records in one write.
     *
     * @throws IOException if that fails; then none of them is in the journal
     */
    void append(List<String> records) throws IOException {
        ByteBuffer bytes = encoded(records);
        int length = bytes.remaining();
        try {
            writeFully(channel, bytes);
            size += length;
        } catch (IOException e) {
            undo(e);
            throw e;
        }
    }

    private void undo(IOException cause) {
        try {
            channel.truncate(size);
            channel.position(size);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer encoded(List<String> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(records.size() * 256);
        CRC32 crc = new CRC32();
        for (String record : records) {
            byte[] line = record.getBytes(UTF_8);
            crc.reset();
            crc.update(line);
            bytes.writeBytes(hex(crc.getValue()).getBytes(UTF_8));
            bytes.writeBytes(line);
            bytes.write('\n');
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    /**
     * Replaces all records by others that say the same in fewer words.
     *
     * @throws IOException if that fails; then the journal is as it was
     */
    void replace(List<String> records) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        FileChannel next = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            writeFully(next, encoded(records));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            next.close();
            Files.deleteIfExists(fresh);
            throw e;
        }
        channel.close();
        channel = next;
        size = next.size();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
