/**
 * What was said between us and a scheduler: the {@link io.hpc4j.core.recording.Recording} that every cluster keeps, its
 * text form, and the anonymised {@link io.hpc4j.core.recording.SupportBundle} that is made of it.
 */
@org.jspecify.annotations.NullMarked
package io.hpc4j.core.recording;
