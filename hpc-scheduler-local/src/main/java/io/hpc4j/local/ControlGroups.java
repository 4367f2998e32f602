package io.hpc4j.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether nodes can keep memory limits here, found out as the program of a node does it, without changing anything.
 *
 * @param version 1 or 2; 0 where there are none that count memory
 * @param isWritable whether groups can be made
 * @param folder where they would be
 */
record ControlGroups(int version, boolean isWritable, Path folder) {

    static ControlGroups at(Path root) {
        if (mentionsMemory(root.resolve("cgroup.controllers"))) {
            return new ControlGroups(2, Files.isWritable(root.resolve("cgroup.subtree_control")), root);
        }
        Path memory = root.resolve("memory");
        if (Files.exists(memory.resolve("memory.limit_in_bytes"))) {
            Path own = memory.resolve("hpc4j");
            return new ControlGroups(1, Files.isWritable(Files.isDirectory(own) ? own : memory), memory);
        }
        return new ControlGroups(0, false, root);
    }

    private static boolean mentionsMemory(Path controllers) {
        try {
            return Files.readString(controllers).contains("memory");
        } catch (IOException e) {
            return false;
        }
    }

    boolean keepLimits() {
        return version > 0 && isWritable;
    }

    /** What there is, in words. */
    String words() {
        return version == 0
                ? "there are none that count memory in " + folder
                : "version %d in %s, %s".formatted(version, folder, isWritable ? "writable" : "not writable");
    }
}
