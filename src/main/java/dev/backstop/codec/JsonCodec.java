package dev.backstop.codec;

import dev.backstop.Codec;
import dev.backstop.GenericType;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON by Jackson: records, dates and generics, readable from SQL. The default. */
public final class JsonCodec implements Codec {
  private final JsonMapper mapper;

  /** Writes dates as ISO-8601 text with their own offset, and enums by their name. */
  public JsonCodec() {
    this(
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        // Backups are our own writing: what could be written must be readable.
                        StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
            .disable(
                EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
            // A backup written before or after a deploy that added a property is still a backup.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build());
  }

  /** Writes as {@code mapper} does. */
  public JsonCodec(JsonMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public String id() {
    return "json";
  }

  @Override
  public int format() {
    return 1;
  }

  @Override
  public <V> byte[] encode(V value, GenericType<V> type) {
    return mapper.writerFor(javaType(type)).writeValueAsBytes(value);
  }

  @Override
  public <V> V decode(byte[] blob, int format, GenericType<V> type) {
    V value = mapper.readerFor(javaType(type)).readValue(blob);
    if (value == null) {
      throw new IllegalArgumentException("The JSON text is null");
    }
    return value;
  }

  private JavaType javaType(GenericType<?> type) {
    return mapper.getTypeFactory().constructType(type.type());
  }
}
