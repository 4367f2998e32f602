package io.hpc4j.local;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Words for failures of the file system, whose own messages are often but a path. */
final class Failures {

    private Failures() {}

    static String words(Exception failure) {
        if (failure instanceof AccessDeniedException e) {
            return "no permission for " + e.getFile();
        }
        if (failure instanceof NoSuchFileException e) {
            return "there is no " + e.getFile();
        }
        if (failure instanceof FileAlreadyExistsException e) {
            return e.getFile() + " is in the way";
        }
        if (failure instanceof FileSystemException e) {
            return e.getFile() + ": " + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
