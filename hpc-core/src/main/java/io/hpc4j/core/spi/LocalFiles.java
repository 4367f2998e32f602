package io.hpc4j.core.spi;

import io.hpc4j.core.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The files of this machine. */
final class LocalFiles implements RemoteFiles {

    private static final int PERMISSION_BITS = 07777;
    private static final int KIND_BITS = 0170000;
    private static final int PIPE = 0010000;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** An operation on one file. */
    private interface Work<T> {
        T on(Path path) throws IOException;
    }

    @Override
    public Optional<Entry> stat(String path) {
        return with("look at", path, p -> {
            try {
                return Optional.of(entry(path, p));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (FileSystemException e) {
                if (isBelowAFile(p)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private static boolean isBelowAFile(Path path) {
        Path above = path.toAbsolutePath().getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above != null && !Files.isDirectory(above);
    }

    private static Entry entry(String name, Path path, LinkOption... links) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, "unix:mode,size,isDirectory,lastModifiedTime", links);
        return new Entry(
                name,
                (Boolean) attribute(all, "isDirectory"),
                (Long) attribute(all, "size"),
                ((FileTime) attribute(all, "lastModifiedTime")).toInstant(),
                (Integer) attribute(all, "mode") & PERMISSION_BITS);
    }

    private static Object attribute(Map<String, Object> all, String name) {
        Object value = all.get(name);
        if (value == null) {
            throw new IllegalStateException("this file system does not tell '" + name + "'");
        }
        return value;
    }

    @Override
    public List<Entry> list(String directory) {
        return with("list", directory, folder -> {
            List<Entry> all = new ArrayList<>();
            try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
                for (Path path : paths) {
                    listed(directory, path).ifPresent(all::add);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            all.sort(Comparator.comparing(Entry::path));
            return List.copyOf(all);
        });
    }

    private static Optional<Entry> listed(String directory, Path path) throws IOException {
        String name = directory + (directory.endsWith("/") ? "" : "/") + path.getFileName();
        try {
            return Optional.of(entry(name, path));
        } catch (IOException followed) {
            try {
                return Optional.of(entry(name, path, LinkOption.NOFOLLOW_LINKS)); // a link to nowhere is there too
            } catch (NoSuchFileException e) {
                return Optional.empty(); // removed since it was listed
            }
        }
    }

    @Override
    public void put(InputStream content, String path, int permissions) {
        if ((permissions & ~PERMISSION_BITS) != 0) {
            throw new IllegalArgumentException("permissions are 0 to 07777 in octal, were 0%o".formatted(permissions));
        }
        with("write", path, p -> {
            Path folder = p.toAbsolutePath().getParent();
            if (folder == null || p.getFileName() == null) {
                throw new FileSystemException(path, null, "it is a folder");
            }
            replace(content, folder, p, permissions);
            return p;
        });
    }

    private static void replace(InputStream content, Path folder, Path target, int permissions) throws IOException {
        Path temporary = folder.resolve(".hpc-" + HexFormat.of().toHexDigits(RANDOM.nextLong()) + ".tmp");
        boolean moved = false;
        try {
            write(content, temporary);
            Files.setAttribute(temporary, "unix:mode", permissions);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            moved = true;
        } finally {
            if (!moved) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private static void write(InputStream content, Path temporary) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                        temporary,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                OutputStream out = Channels.newOutputStream(channel)) {
            content.transferTo(out);
        }
    }

    @Override
    public void get(String path, OutputStream target) {
        with("read", path, p -> {
            refusePipe(p);
            return Files.copy(p, target);
        });
    }

    @Override
    public byte[] read(String path, long offset, int length) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset must be 0 or more, was " + offset);
        }
        checkLength(length);
        return with("read", path, p -> readFrom(p, length, size -> offset));
    }

    @Override
    public byte[] tail(String path, int length) {
        checkLength(length);
        return with("read", path, p -> readFrom(p, length, size -> Math.max(0, size - length)));
    }

    private static void checkLength(int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must be 0 or more, was " + length);
        }
    }

    private static byte[] readFrom(Path path, int length, LongUnaryOperator start) throws IOException {
        refusePipe(path);
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            channel.position(start.applyAsLong(channel.size()));
            return Channels.newInputStream(channel).readNBytes(length);
        }
    }

    /** Opening a named pipe waits for somebody to write into it, perhaps for ever. */
    private static void refusePipe(Path path) throws IOException {
        if (((Integer) Files.getAttribute(path, "unix:mode") & KIND_BITS) == PIPE) {
            throw new FileSystemException(path.toString(), null, "it is a named pipe");
        }
    }

    @Override
    public void mkdirs(String directory) {
        with("make the folder", directory, p -> Files.isDirectory(p) ? p : Files.createDirectories(p));
    }

    @Override
    public void remove(String path) {
        with("remove", path, p -> {
            refuseTheRoot(path, p);
            try {
                Files.walkFileTree(p, EnumSet.noneOf(FileVisitOption.class), Integer.MAX_VALUE, new Remover());
            } catch (NoSuchFileException e) {
                return p; // gone already
            } catch (FileSystemException e) {
                if (!isBelowAFile(p)) {
                    throw e;
                }
            }
            return p;
        });
    }

    private static void refuseTheRoot(String text, Path path) {
        String last = path.getFileName() == null ? "" : path.getFileName().toString();
        if (last.isEmpty()
                || last.equals(".")
                || last.equals("..")
                || path.toAbsolutePath().normalize().getNameCount() == 0) {
            throw new IllegalArgumentException("'%s' is never removed; name a file or folder in it".formatted(text));
        }
    }

    /** Removes all that it visits, from the leaves to the root; what another has removed meanwhile is no error. */
    private static final class Remover extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }

    private static <T> T with(String verb, String path, Work<T> work) {
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a path must not be empty");
        }
        try {
            return work.on(Path.of(path));
        } catch (InvalidPathException e) {
            throw TransportException.permanent(
                    "cannot %s '%s': %s (no path has NUL; letters beyond ASCII need Java to be started with LC_ALL=C.UTF-8)"
                            .formatted(verb, path.replace('\0', '?'), e.getReason()),
                    e);
        } catch (IOException e) {
            String words = "cannot %s '%s': %s".formatted(verb, path, reason(e));
            throw e instanceof NoSuchFileException || e instanceof AccessDeniedException
                    ? TransportException.permanent(words, e)
                    : new TransportException(words, e);
        }
    }

    private static String reason(IOException e) {
        String file = e instanceof FileSystemException f ? String.valueOf(f.getFile()) : "";
        if (e instanceof NoSuchFileException) {
            return "'" + file + "' does not exist";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied at '" + file + "'";
        }
        if (e instanceof NotDirectoryException) {
            return "it is not a folder";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "'" + file + "' is there and is not a folder";
        }
        return e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.toString();
    }
}
