package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import javax.cache.annotation.CacheRemove;

/** Removes a key, inside of {@code @Transactional}, as {@link ChangeInterceptor} is. */
@CacheRemove
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 300)
class StandardRemoveInterceptor extends StandardInterceptor {
  private static final long serialVersionUID = 1L;
}
