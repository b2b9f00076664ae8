#ifndef AWN_CIMAGES_H
#define AWN_CIMAGES_H

#include <stddef.h>
#include <stdint.h>

// Decodes PNG with libpng and JPEG with libjpeg-turbo, which are loaded when the first image of their kind is read: the
// program needs neither where it reads none. May be called by several threads.

enum {
  AWN_IMAGE_OK = 0,
  // The library that reads such images is not installed.
  AWN_IMAGE_NO_LIBRARY = 1,
  AWN_IMAGE_DAMAGED = 2,
  // Neither a PNG nor a JPEG file.
  AWN_IMAGE_OTHER = 3,
  AWN_IMAGE_TOO_LARGE = 4,
  AWN_IMAGE_NO_MEMORY = 5,
};

typedef struct {
  uint32_t width, height;
  // [height, width, 3]: red, green, blue; released with awn_image_free. Transparent parts are white.
  uint8_t* pixels;
  // What the library says is wrong with a damaged image.
  char message[128];
} awn_image;

// Images of more pixels are not decoded.
#define AWN_IMAGE_MOST_PIXELS 100000000u

int awn_image_decode(const uint8_t* bytes, size_t size, awn_image* image);
void awn_image_free(awn_image* image);

#endif
