package io.hpc4j.core.spi;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The files of the machine where commands run. Paths are that machine's, absolute or relative to the transport's own
 * place. May be shared between threads. Whatever fails is a {@link io.hpc4j.core.TransportException} that names the
 * path; that a file does not exist is told by {@link #stat} as an empty answer.
 */
public interface RemoteFiles {

    /**
     * What is known of a file.
     *
     * @param path its path as it was asked for, or in a listing the folder's path and its name
     * @param isDirectory whether it is a folder
     * @param size its size in bytes
     * @param modifiedAt when it was last changed
     * @param permissions its permission bits, {@code 0644} and the like
     */
    record Entry(String path, boolean isDirectory, long size, Instant modifiedAt, int permissions) {}

    /** What is known of a file or folder; empty if there is none. Links are followed. */
    Optional<Entry> stat(String path);

    /** The files and folders in a folder, ordered by name. */
    List<Entry> list(String directory);

    /**
     * Writes a file so that a reader sees the old content or the new, never a part: it is written beside and renamed.
     *
     * @param content read to its end, not closed
     * @param permissions its permission bits, {@code 0644} and the like
     */
    void put(InputStream content, String path, int permissions);

    /** Reads a file to its end. */
    void get(String path, OutputStream target);

    /**
     * Reads a part of a file; less than asked for where the file ends, nothing beyond its end.
     *
     * @param offset the first byte, from 0
     * @param length at most so many bytes
     */
    byte[] read(String path, long offset, int length);

    /** Reads the end of a file, at most so many bytes. */
    byte[] tail(String path, int length);

    /** Makes a folder and those above it; one that exists is left as it is. */
    void mkdirs(String directory);

    /** Removes a file, or a folder with all that is in it; one that does not exist is no error. Links are not followed. */
    void remove(String path);

    /** Writes a text file as {@link #put} does, in UTF-8. */
    default void putText(String text, String path, int permissions) {
        put(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), path, permissions);
    }
}
