package io.hpc4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The program of a node: brought along for common machines, compiled from its source on others. */
final class NodeProgram {

    private static final String SOURCE = "native/hpc-node.c";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private NodeProgram() {}

    /**
     * The program, put into the folder {@code bin} of a cluster's state unless it is there.
     *
     * @throws IOException if there is none for this machine and none can be made; the message says what is missing
     */
    static Path in(Path state) throws IOException {
        String system = System.getProperty("os.name", "");
        if (!system.equals("Linux")) {
            throw new IOException("the local cluster runs on Linux only, this is " + system
                    + "; to try a program without processes use the cluster sim:");
        }
        Path folder = Files.createDirectories(state.resolve("bin"));
        Optional<byte[]> binary = resource(binary());
        return binary.isPresent() ? extracted(binary.get(), folder) : compiled(folder);
    }

    /** Whether there is one for this machine that need not be compiled. */
    static boolean isBroughtAlong() {
        return NodeProgram.class.getResource(binary()) != null;
    }

    private static String binary() {
        return "native/linux-" + architecture() + "/hpc-node";
    }

    private static String architecture() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    private static Optional<byte[]> resource(String name) throws IOException {
        try (InputStream in = NodeProgram.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }

    private static Path extracted(byte[] binary, Path folder) throws IOException {
        Path program = folder.resolve("hpc-node-" + digest(binary));
        if (!Files.isExecutable(program) || !Arrays.equals(Files.readAllBytes(program), binary)) {
            Path fresh = Files.createTempFile(folder, "hpc-node-", ".new", OWNER_ONLY);
            try {
                Files.write(fresh, binary);
                Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
        return program;
    }

    /** Compiles the source in {@code folder}, unless that was done before. */
    static Path compiled(Path folder) throws IOException {
        byte[] source = resource(SOURCE).orElseThrow(() -> new IOException("hpc-scheduler-local lacks " + SOURCE));
        Path program = folder.resolve("hpc-node-" + digest(source));
        if (Files.isExecutable(program)) {
            return program;
        }
        Path work = Files.createTempDirectory(folder, "compile-");
        try {
            Path file = Files.write(work.resolve("hpc-node.c"), source);
            Path made = work.resolve("hpc-node");
            // Static where there is a static C library: it starts a little faster.
            String words = compile(file, made, List.of("-static"));
            if (!words.isEmpty()) {
                words = compile(file, made, List.of());
            }
            if (!words.isEmpty()) {
                throw new IOException("cannot compile the program of local nodes for Linux on " + architecture()
                        + "; install a C compiler (Debian: apt-get install gcc libc6-dev): " + words);
            }
            Files.move(made, program, StandardCopyOption.ATOMIC_MOVE);
            return program;
        } finally {
            Files.deleteIfExists(work.resolve("hpc-node.c"));
            Files.deleteIfExists(work.resolve("hpc-node"));
            Files.deleteIfExists(work);
        }
    }

    /** Returns the compiler's complaints, none if it succeeded. */
    private static String compile(Path source, Path target, List<String> options) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("cc", "-std=gnu11", "-O2", "-s"));
        command.addAll(options);
        command.addAll(List.of("-o", target.toString(), source.toString()));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String words = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            int code = process.waitFor();
            return code == 0 ? "" : words.isEmpty() ? "exit code " + code : words;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while compiling the program of local nodes", e);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
