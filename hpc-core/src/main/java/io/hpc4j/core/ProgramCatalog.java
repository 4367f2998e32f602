package io.hpc4j.core;

import java.util.List;
import java.util.Optional;

/** The applications that are installed on a cluster. May be shared between threads. */
@FunctionalInterface
public interface ProgramCatalog {

    /** All programs, ordered by name and version; may contact the cluster. */
    List<Program> list();

    /** The versions of one program; an unknown name has none. */
    default List<Program> list(String name) {
        return list().stream().filter(p -> p.name().equals(name)).toList();
    }

    /** One version of one program. */
    default Optional<Program> find(String name, String version) {
        return list(name).stream().filter(p -> p.version().equals(version)).findFirst();
    }

    /** A catalog that is fixed beforehand. */
    static ProgramCatalog of(List<Program> programs) {
        List<Program> all = List.copyOf(programs);
        return () -> all;
    }
}
